"""Judging again, offline: backtest, rejudge, explain, verify. No database."""
