"""Templates to final text: Liquid with strict variables, MJML, limits. No I/O."""
