"""Report maps as one file each, made with folium."""
