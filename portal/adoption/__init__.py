"""How many take part, by place and by month, without telling of a few: docs/adoption.md."""
