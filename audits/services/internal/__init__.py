"""Acts on the internal audit: its programme, plan, items, nonconformities, report and filing."""
