"""How days and times are written in forms and lists; Django looks these modules up by language."""
