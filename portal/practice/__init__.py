"""A copy of a town to practise on: the register of the town, invented people, nothing leaves."""
