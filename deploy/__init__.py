"""Programs that set Megdan up on a machine; the product never imports them."""
