"""What this product plans, whatever the scheme says."""

# Years of one cycle; how many a cycle should have is the parameter `cycle_years`.
MAX_CYCLE_YEARS = 5
# Controls that one act moves.
MAX_MOVED = 1200
