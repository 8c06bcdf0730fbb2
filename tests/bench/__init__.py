"""How fast the product is, against the floor of the same machine: `make bench`. docs/performance.md explains."""
