"""Report maps: one file each that draws itself anywhere and asks nobody; made of plain values."""
