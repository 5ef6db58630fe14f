"""Vector tiles of a town: which layers there are, how they are drawn, baked ahead and served.

Imports go one way: encoding <- grid <- drawing <- layers <- baking <- shelf <- views.
"""
