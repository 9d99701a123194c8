"""What the API's views share: declared parameters, pages, flat rows, problem+json, the schema's words."""
