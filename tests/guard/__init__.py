"""What must not get through: every address against every account, hashed before and after."""
