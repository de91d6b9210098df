"""From judgements to a result: selection, waivers, baseline, gate."""
