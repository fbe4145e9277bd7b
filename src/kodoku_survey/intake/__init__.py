"""From files as delivered to admissible answers, with every row and every change accounted for."""
