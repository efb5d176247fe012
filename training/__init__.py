"""The offline side: simulated worlds, datasets, fitting, evaluation and promotion."""
