"""手续有效期: which permits lapse and when, and recording that one was extended."""
