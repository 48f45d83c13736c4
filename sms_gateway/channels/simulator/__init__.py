"""A phone in the browser, for trying out; and the living skeleton that a new door is copied from.

What enters: forms from the page, and MTs. What leaves: MOs, pages, and Accepted for each MT. Read
`channel` first: it holds the duties that every door has, each with its reason. The rest is what
this door needs for people to look at: `access` says who may call, `form` what a form must hold,
`conversation` puts the store's rows into words, `page` shows them, `responses` writes them.
"""
