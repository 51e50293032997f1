//! Floor 2: the conversation.
