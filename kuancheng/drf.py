"""What the API's views share: strict parameters, pages, problem+json, the schema's words."""
