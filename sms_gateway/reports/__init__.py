"""Reports: the tables that an office signs, and what the telco's bill is held against.

What enters: dossiers as the embedded tables keep them, texts as the message store keeps them. What
leaves: first values (`dossiers.DossierReport`), each number with the dossiers it counts, then a
`document.Document`, which `renderers` turn into a table, JSON, CSV, XLSX or HTML.
"""
