enum JobLogCorePlaceholder {}
