"""The pages: a view finds the rows, calls one operation, renders. Templates never query."""
