"""What became of everyone's mail, and what is to be done: rates, health, alerts, domains, warm-up."""
