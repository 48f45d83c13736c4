"""The staff's desk: pages for the people of the one-stop offices.

In come calls of browsers to the staff's listener; out go pages, and acts through `commands` and
`access`. One page per file in `pages/`, its look in `templates/`, its Vietnamese in `locale/vi/`.
Every page is a `Route`, so that what a page asks of a person stands in one place.
"""
