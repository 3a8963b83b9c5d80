-- Runs once, when the data folder is made; the extensions' images are in place.
CREATE EXTENSION postgis;
