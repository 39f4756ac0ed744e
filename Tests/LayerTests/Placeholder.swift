enum LayerTestsPlaceholder {}
