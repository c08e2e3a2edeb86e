"""The pages: a thin face over the same operations as the API. A view finds the row, calls one operation, renders."""
