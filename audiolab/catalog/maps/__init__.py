"""The similarity map: every track a point in the plane, what sounds alike close together.

``making`` makes it from the embeddings: the nearest neighbours of each track (``graph``), a layout
that keeps them together (``layout``), how far it can be trusted (``quality``), regions with names
(``clusters``), and which tracks are everybody's neighbours (``hubness``). ``placing`` adds tracks
that came later, ``store`` keeps all of it in the database, ``jobs`` says how making one stands.
"""
