"""Templates and the only understanding of Ref, Fn::*, conditions and SAM."""
