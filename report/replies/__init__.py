"""依申请公开答复文书: what a reply to a disclosure request must have, read off its file."""
