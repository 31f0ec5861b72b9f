"""What this product plans, whatever the scheme says."""

# Years of one cycle; how many a cycle should have is the parameter `cycle_years`.
MAX_CYCLE_YEARS = 5
# Controls that one act moves.
MAX_MOVED = 1200
# Items of one sample, and of the population it is drawn from.
MAX_SAMPLE = 1000
MAX_POPULATION = 1_000_000_000
# Years in a row that a person may say to have audited one provider.
MAX_YEARS_IN_ROLE = 60
