"""Dated facts about AWS, each file with its sources and date."""
