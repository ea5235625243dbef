"""The draft notice (通报) as a document: its text, its template, its annexes, its charts."""
