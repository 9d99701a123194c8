"""日监测: what turned red, what recovered, what is due."""
