"""双人审核: what people change through any door is saved where one may, put forward where two must."""
