"""One survey beside another: populations, people in both, crosswalk, standardisation, reference adjustment, small areas."""
