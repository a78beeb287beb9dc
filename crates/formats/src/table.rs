//! Tables out of CSV, TSV and XLSX bytes: delimiter, header row and cells, with row numbers as a spreadsheet counts them.
