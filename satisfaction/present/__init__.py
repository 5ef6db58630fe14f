"""What pages show of figures: plain values that templates lay out, without a decision of rights."""
