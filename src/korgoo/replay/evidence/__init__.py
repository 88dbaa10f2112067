"""Evidence bundles: a finding with all that is needed to derive it again, for a court or a defence expert."""
