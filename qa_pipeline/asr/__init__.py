"""From a recording to words, speakers and acoustic measures. Import the module you need; models load when used."""
