"""The shared desk for lists: sort, filter, columns, saved views and files, for any room's rows.

A room writes a table (`columns`), its filters, and where the rows come from (`kinds`); `page`
answers the request. Everything that tells what is shown stands in the address."""
