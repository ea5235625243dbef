"""找错留言: the list of 我为政府网站找错 imported, counted and told."""
