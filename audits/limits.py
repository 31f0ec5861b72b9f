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
# Controls that one evidence request is about.
MAX_ASKED_CONTROLS = 200
# Files that come with one answer to an evidence request.
MAX_PROVIDED_FILES = 10
# Days ahead that the answer to a request may be due.
MAX_DUE_DAYS = 366
# Characters of the texts of a working paper.
TEXT_LIMITS = {
    "design_procedure": 5000, "operating_procedure": 5000, "population": 2000, "notes": 5000,
}  # fmt: skip
