"""Many users for a while, and a fault again and again: `make soak`."""
