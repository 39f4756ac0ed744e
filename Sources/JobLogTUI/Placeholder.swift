enum JobLogTUIPlaceholder {}
