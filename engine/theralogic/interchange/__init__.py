"""What comes from other tools and goes to them: logical models, large tables of mechanisms."""
