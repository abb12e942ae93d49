"""How the shipped language pipelines are trained: corpora, German features, training, packing."""
