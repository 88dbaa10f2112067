"""Takes device traffic: credential, admission, decode, append, then acknowledge."""
