"""The lists of units, sites, columns, accounts and relay tasks."""
